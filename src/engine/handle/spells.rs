//! Spells in groups of stages: their starts, ends and repeats.

use crate::base::time::Span;
use crate::engine::cases::NEVER;
use crate::engine::world::{World, band, bits};
use crate::model::measure::Since;

impl World<'_> {
    /// A case goes from a stage in the groups `before` to one in the groups `after`.
    #[inline(never)]
    pub(crate) fn change_groups(&mut self, id: u32, before: u64, after: u64) {
        for group in bits(before & !after) {
            self.end_spell(id, group, true);
        }
        for group in bits(after & !before) {
            self.begin_spell(id, group);
        }
    }

    /// A case leaves the model from a stage in the groups `before`; spells of the groups `unbanded` are counted in no band.
    #[inline(never)]
    pub(crate) fn leave_groups(&mut self, id: u32, before: u64, unbanded: u64) {
        for group in bits(before) {
            self.end_spell(id, group, unbanded >> group & 1 == 0);
        }
    }

    fn begin_spell(&mut self, id: u32, group: usize) {
        let node = &self.net.groups[group];
        let now = self.now.0;
        let spell = self.cases.spell(id, group);
        let last = match node.since {
            Since::Start => spell.last_start,
            Since::End => spell.last_end,
        };
        let mut again = last != NEVER && now.saturating_sub(last) <= node.within;
        spell.open = now;
        spell.last_start = now;
        if let Some((attribute, value)) = node.or {
            again |= self.cases.attributes(id).get(attribute as usize) == Some(&value);
        }
        let tally = &mut self.recorder.piece.groups[group];
        tally.starts += 1;
        tally.again += i64::from(again);
    }

    fn end_spell(&mut self, id: u32, group: usize, banded: bool) {
        let now = self.now.0;
        let spell = self.cases.spell(id, group);
        let length = if spell.open == NEVER { 0 } else { now - spell.open };
        spell.open = NEVER;
        spell.last_end = now;
        let tally = &mut self.recorder.piece.groups[group];
        tally.ends += 1;
        tally.spell_sum += length;
        if !banded {
            return;
        }
        let slot = self.recorder.piece.group_band_at[group] + band(length, &self.net.groups[group].bands);
        self.recorder.piece.group_bands[slot] += 1;
    }

    /// The spell of a case found in a group began this long ago.
    pub(crate) fn began(&mut self, id: u32, group: usize, ago: Span) {
        let since = self.now.0 - ago.0;
        let spell = self.cases.spell(id, group);
        if spell.open != NEVER {
            (spell.open, spell.last_start) = (since, since);
        }
    }

    /// A case found in a stage at the beginning has been in its groups as long as in the stage.
    pub(crate) fn open_spells(&mut self, id: u32, groups: u64, since: i64) {
        for group in bits(groups) {
            let spell = self.cases.spell(id, group);
            (spell.open, spell.last_start) = (since, since);
        }
    }
}
