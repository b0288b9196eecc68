//! Who may judge a complaint: nobody whom it is about, and each route its own investigator (002 §5.6.3).

use super::Draft;
use crate::record::model::{ComplaintRecord, ComplaintRoute, Investigator, OfficeRole};

/// Those whom the complaint is about neither investigate nor write nor answer it.
pub(super) fn persons(draft: &mut Draft<'_>, record: &ComplaintRecord) {
    let about = |id: Option<&crate::names::PersonId>| {
        id.is_some_and(|id| record.about.iter().any(|about| about.id.as_ref() == Some(id)))
    };
    let investigator = record.investigator.as_ref().and_then(|it| it.id.as_ref());
    let offices = [
        ("investigator.id", investigator, "investigates it"),
        ("folder.author.id", Some(&record.folder.author.id), "writes its record"),
        ("folder.responsible.id", Some(&record.folder.responsible.id), "is responsible for the answer"),
    ];
    for (field, id, does) in offices {
        if about(id) {
            draft.error(
                "record.own-complaint",
                field,
                &format!("somebody whom the complaint is about {does}"),
                "name somebody else; about the case supervisor the project director, about the project director \
                 an expert from outside",
            );
        }
    }
    if let Some(investigator) = &record.investigator {
        route(draft, record, investigator);
    }
}

/// The investigator by route: the case supervisor; the project director where it is serious or about the
/// case supervisor; an expert from outside where it is about the project director.
fn route(draft: &mut Draft<'_>, record: &ComplaintRecord, investigator: &Investigator) {
    use OfficeRole::{CaseSupervisor, OutsideExpert, ProjectDirector};
    let is_about = |role| record.about.iter().any(|about| about.role == role);
    let (may, hint): (&[OfficeRole], _) = if is_about(ProjectDirector) {
        (&[OutsideExpert], "a complaint about the project director is investigated by an expert from outside")
    } else if record.route == ComplaintRoute::Serious {
        (&[ProjectDirector, OutsideExpert], "a serious violation is investigated by the project director")
    } else if is_about(CaseSupervisor) {
        (
            &[ProjectDirector, OutsideExpert],
            "a complaint about the case supervisor is investigated by the project director",
        )
    } else {
        (
            &[CaseSupervisor, ProjectDirector, OutsideExpert],
            "complaints are investigated by the case supervisor or the project director",
        )
    };
    if !may.contains(&investigator.role) {
        draft.error(
            "record.complaint-route",
            "investigator.role",
            "this route has another investigator",
            hint,
        );
    }
}
