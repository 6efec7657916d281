//! Lock files and branches, in a copy of this workspace that is a git repository: sources that were
//! tampered with are told, and two branches' migrations are brought into one order.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test reports by panicking"
)]

mod merging;
mod project;
mod tampering;

use toolkit_testkit::{server, slow_tier};

use crate::project::Project;

/// One test: the copy is built six times, and each part goes on with what the one before left.
#[test]
fn tampering_is_told_and_branches_are_put_in_order() {
    let test = "tampering_is_told_and_branches_are_put_in_order";
    let Some(cluster) = slow_tier(test).then(|| server(test)).flatten() else {
        return;
    };
    let mut project = Project::create(cluster);
    tampering::sources_that_changed_are_told(&project);
    tampering::an_accepted_edit_keeps_the_earlier_text(&project);
    tampering::a_replaced_line_is_mended_where_the_database_is_and_where_it_is_not(&project);
    tampering::lines_that_are_gone_are_told(&project);
    tampering::lines_that_are_wrong_are_told(&project);
    merging::two_branches_add_a_migration(&project);
    merging::nothing_runs_on_an_unfinished_merge(&mut project);
    merging::what_would_move_is_shown(&project);
    merging::a_git_rebase_has_its_sides_the_other_way_round(&project);
    merging::what_cannot_move_stays(&project);
    merging::the_branchs_own_migration_moves_behind_the_other(&project);
    merging::what_is_compiled_then_is_clean(&mut project);
}
