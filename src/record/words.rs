//! Small pieces of sentences about a record: paths of fields, lists of words.

/// Steps as one path: `contacts[3].on`.
pub(crate) fn joined(steps: &[String]) -> String {
    let mut path = String::new();
    for step in steps {
        if !step.starts_with('[') && !path.is_empty() {
            path.push('.');
        }
        path.push_str(step);
    }
    path
}

/// A path as `casefile explain` takes it: `contacts.on`.
pub(crate) fn without_indexes(path: &str) -> String {
    let names = path.split('.').map(|step| step.split('[').next().unwrap_or(step));
    names.collect::<Vec<_>>().join(".")
}

/// Words for a sentence: `open`, `done` or `dropped`.
pub(crate) fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => "none".to_owned(),
    }
}
