//! The names of the staff, which stand in records and nowhere else.

use crate::calendar::CaseView;
use crate::names::PersonId;
use crate::record::model::Staff;
use std::collections::BTreeMap;

/// Names by id, as far as the records at hand tell them.
pub(super) struct Names(BTreeMap<PersonId, String>);

impl Names {
    /// The names that the teams of these cases and the signer tell, and those given.
    pub fn of(views: &[CaseView], signer: (&PersonId, &str), given: &BTreeMap<PersonId, String>) -> Self {
        let mut names = BTreeMap::from([(signer.0.clone(), signer.1.to_owned())]);
        for view in views {
            let team = &view.record.case().team;
            for staff in [&team.manager, &team.supervisor] {
                names.entry(staff.id.clone()).or_insert_with(|| staff.name.0.clone());
            }
        }
        names.extend(given.iter().map(|(id, name)| (id.clone(), name.clone())));
        Self(names)
    }

    /// A member of the staff with their name; the id stands for a name that nobody told.
    pub fn staff(&self, id: &PersonId) -> Staff {
        let name = self.0.get(id).cloned().unwrap_or_else(|| id.to_string());
        Staff { id: id.clone(), name: crate::record::model::Text(name), phone: None }
    }
}
