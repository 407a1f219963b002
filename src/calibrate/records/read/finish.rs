//! From what readers gathered to a draft: children of several returns made one, small services put together.

use super::collect::{Collector, REST, Told};
use crate::calibrate::records::episode::{
    Birth, Episode, Origin, PersonIx, Placement, ServiceIx, Sex, SourceKind, Stage,
};
use crate::calibrate::records::quality::{Column, Draft, Findings, Record, rules};
use std::collections::{BTreeMap, BTreeSet};

/// Children for whom a service is named at the least.
const LEAST_USERS: usize = 6;
/// No person.
const NOBODY: u32 = u32::MAX;

/// Ends the gathering. Identifiers are forgotten here.
pub fn finish(mut from: Collector) -> (Draft, Findings) {
    let ids = std::mem::take(&mut from.ids);
    let apart = schemes(&ids.values().copied().collect::<Vec<_>>(), &from.people, &mut from.findings);
    let (people, remap) = unite(ids, &from.people, &apart);
    let at = |p: PersonIx| PersonIx(remap.get(p.0 as usize).copied().unwrap_or(NOBODY));
    for record in &mut from.records {
        record.episode.person = at(record.episode.person);
    }
    for event in &mut from.events {
        event.person = at(event.person);
    }
    for placement in &mut from.placements {
        placement.person = at(placement.person);
    }
    place(&mut from.records, std::mem::take(&mut from.placements));
    let services = services(&mut from);
    let draft = Draft { windows: from.windows, people, records: from.records, events: from.events, services };
    (draft, from.findings)
}

type Slots = [u32; 6];

/// Pairs of sources whose identifiers are not of one scheme: of the children who share one and whose births are
/// known in both, more than a tenth differ, and three at least.
fn schemes(ids: &[Slots], people: &[Told], findings: &mut Findings) -> BTreeSet<(usize, usize)> {
    let born = |p: u32| match people.get(p as usize).map(|t| t.person.birth) {
        Some(Birth::Born(d)) => Some(d),
        _ => None,
    };
    let mut apart = BTreeSet::new();
    for a in 0..6 {
        for b in a + 1..6 {
            let pairs = ids.iter().filter_map(|s| Some((born(*s.get(a)?)?, born(*s.get(b)?)?)));
            let (mut all, mut differ) = (0_u64, 0_u64);
            for (x, y) in pairs {
                all += 1;
                differ += u64::from(x != y);
            }
            if differ >= 3 && differ * 10 > all {
                apart.insert((a, b));
                findings.add(&rules::IDENTIFIERS_DIFFER, Origin::default(), Column::None);
            }
        }
    }
    apart
}

/// One person for each identifier, save where schemes differ; and the new place of each old one.
fn unite(
    ids: BTreeMap<u128, Slots>,
    people: &[Told],
    apart: &BTreeSet<(usize, usize)>,
) -> (Vec<crate::calibrate::records::episode::Person>, Vec<u32>) {
    let mut remap = vec![NOBODY; people.len()];
    // In order of first mention, so that the key leaves no trace in the order of the table.
    let mut groups: Vec<Slots> = ids.into_values().collect();
    groups.sort_by_key(|s| s.iter().copied().min());
    let mut out = Vec::with_capacity(groups.len());
    for slots in groups {
        let mut used: Vec<(usize, u32)> = Vec::new();
        for (source, &old) in slots.iter().enumerate().filter(|(_, p)| **p != NOBODY) {
            let Some(told) = people.get(old as usize) else { continue };
            let home = used.iter().find(|(s, _)| !apart.contains(&(*s, source))).map(|(_, new)| *new);
            let new = home.unwrap_or_else(|| {
                out.push(told.person);
                u32::try_from(out.len() - 1).unwrap_or(NOBODY)
            });
            if let (Some(_), Some(person)) = (home, out.get_mut(new as usize)) {
                combine(person, &told.person);
            }
            used.push((source, new));
            if let Some(place) = remap.get_mut(old as usize) {
                *place = new;
            }
        }
    }
    (out, remap)
}

/// What one return knows of a child added to what another does.
fn combine(
    to: &mut crate::calibrate::records::episode::Person,
    from: &crate::calibrate::records::episode::Person,
) {
    if !matches!(to.birth, Birth::Born(_)) && from.birth != Birth::Unknown {
        to.birth = from.birth;
    }
    if to.sex == Sex::Unknown {
        to.sex = from.sex;
    }
    to.family = to.family.or(from.family);
    to.disabled = match (to.disabled, from.disabled) {
        (Some(a), Some(b)) => Some(a || b),
        (a, b) => a.or(b),
    };
    to.unaccompanied |= from.unaccompanied;
    to.died = to.died.or(from.died);
}

/// Gives episodes of care the kind of the placement last begun; placements stand in where there are none.
fn place(records: &mut Vec<Record>, mut placements: Vec<Episode>) {
    let bare = |r: &Record| r.source == SourceKind::Ssd && r.episode.stage == Stage::Care(Placement::Any);
    if !records.iter().any(bare) {
        records.extend(placements.into_iter().map(|e| Record::new(e, SourceKind::Ssd)));
        return;
    }
    placements.sort_by_key(|p| (p.person, p.start));
    for record in records.iter_mut().filter(|r| bare(r)) {
        let e = &mut record.episode;
        let upto = placements.partition_point(|p| (p.person, p.start) <= (e.person, e.start));
        let last = upto.checked_sub(1).and_then(|k| placements.get(k));
        if let Some(placement) = last.filter(|p| p.person == e.person) {
            e.stage = placement.stage;
        }
    }
}

/// Names of services; those of fewer than six children are one, without a name of their own.
fn services(from: &mut Collector) -> Vec<String> {
    let mut users: Vec<BTreeSet<PersonIx>> = vec![BTreeSet::new(); from.services.len()];
    for record in &from.records {
        if let Stage::Service(ServiceIx(k)) = record.episode.stage {
            let of = users.get_mut(usize::from(k)).filter(|u| u.len() < LEAST_USERS);
            of.map(|u| u.insert(record.episode.person));
        }
    }
    let mut names = Vec::new();
    let mut remap = Vec::with_capacity(users.len());
    for ((key, name), users) in from.services.iter().zip(&users) {
        let large = users.len() >= LEAST_USERS && key != REST;
        remap.push(large.then_some(names.len()));
        if large {
            names.push(name.clone());
        }
    }
    let rest = names.len();
    let mut any = false;
    for record in &mut from.records {
        let Stage::Service(ServiceIx(k)) = record.episode.stage else { continue };
        let new = remap.get(usize::from(k)).copied().flatten();
        if new.is_none() {
            any = true;
            from.findings.add(&rules::FEW_USE_SERVICE, record.episode.origin, Column::Named("service"));
        }
        record.episode.stage = Stage::Service(ServiceIx(u16::try_from(new.unwrap_or(rest)).unwrap_or(0)));
    }
    if any {
        names.push("other services".to_owned());
    }
    names
}
