//! The JSON Schema of a record, generated from the model: one source for checks, editors and explanations.

use super::model::CaseRecord;
use serde_json::Value;
use std::sync::LazyLock;

static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let settings = schemars::generate::SchemaSettings::draft2020_12();
    settings.into_generator().into_root_schema_for::<CaseRecord>().to_value()
});

/// The schema of `record/1`, as `schemas/case.schema.json` holds it.
pub fn schema() -> &'static Value {
    &SCHEMA
}
