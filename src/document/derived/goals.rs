//! Goals with what was done for them, as of the document's date.

use super::Derived;
use crate::record::model::{Goal, Progress, Task, TaskState};
use chrono::NaiveDate;
use serde_json::{Value, json};

impl Derived<'_> {
    /// Every goal that was agreed by the document's date.
    pub(super) fn goals(&self) -> Value {
        self.set_goals().map(|(at, goal)| self.goal(at, goal)).collect()
    }

    pub(super) fn tasks_overdue(&self) -> Value {
        let mut overdue: Vec<(NaiveDate, Value)> = Vec::new();
        for (at, goal) in self.set_goals() {
            let shown = &self.shown["goals"][at];
            for (task_at, task) in goal.tasks.iter().enumerate().filter(|(_, task)| self.is_overdue(task)) {
                let task_shown = &shown["tasks"][task_at];
                let line = json!({"task": task_shown["task"], "goal": shown["goal"],
                    "due": task_shown["due"], "owner": task_shown["owner"]});
                overdue.push((task.due.unwrap_or(self.at), line));
            }
        }
        overdue.sort_by_key(|(due, _)| *due);
        overdue.into_iter().map(|(_, line)| line).collect()
    }

    pub(super) fn set_goals(&self) -> impl Iterator<Item = (usize, &Goal)> {
        self.record.goals.iter().enumerate().filter(|(_, goal)| goal.set <= self.at)
    }

    fn goal(&self, at: usize, goal: &Goal) -> Value {
        let mut shown = self.shown["goals"][at].clone();
        let tasks = |keep: &dyn Fn(&Task) -> bool| -> Value {
            let kept = goal.tasks.iter().enumerate().filter(|(_, task)| keep(task));
            kept.map(|(task_at, _)| self.shown["goals"][at]["tasks"][task_at].clone()).collect()
        };
        shown["tasks_open"] = tasks(&|task| self.is_open(task));
        shown["tasks_done_in_period"] = tasks(&|task| task.done.is_some_and(|day| self.within(day)));
        shown["tasks_overdue"] = tasks(&|task| self.is_overdue(task));
        let progress = |at: usize| shown["progress"][at].clone();
        let dated = goal.progress.iter().enumerate();
        let mut kept: Vec<_> = dated.clone().filter(|(_, it)| self.within(it.date)).collect();
        kept.sort_by_key(|(_, it)| it.date);
        let in_period: Value = kept.iter().map(|(at, _)| progress(*at)).collect();
        let latest = dated.filter(|(_, it)| it.date <= self.at).max_by_key(|(at, it)| (it.date, *at));
        let latest = latest.map_or(Value::Null, |(at, _)| progress(at));
        shown["trend"] = self.goal_trend(goal, &shown["goal"]);
        shown["progress_in_period"] = in_period;
        shown["latest_progress"] = latest;
        shown
    }

    /// The scores of a goal over time up to the document's date, where there is more than one.
    fn goal_trend(&self, goal: &Goal, subject: &Value) -> Value {
        let mut scored: Vec<_> = goal.progress.iter().filter(|it| it.date <= self.at).collect();
        scored.retain(|it| it.score.is_some());
        scored.sort_by_key(|it| it.date);
        let [first, .., last] = scored[..] else { return Value::Null };
        let point = |it: &&Progress| json!({"date": self.date(it.date), "day": (it.date - first.date).num_days(), "score": it.score});
        let change =
            last.score.map(i64::from).unwrap_or_default() - first.score.map(i64::from).unwrap_or_default();
        let points: Vec<Value> = scored.iter().map(point).collect();
        json!({"subject": subject, "out_of": 10, "points": points, "change": change})
    }

    /// Whether a task was set and not yet done on the document's date.
    pub(super) fn is_open(&self, task: &Task) -> bool {
        let still_open = match task.state {
            TaskState::Open => true,
            TaskState::Done => task.done.is_some_and(|day| day > self.at),
            TaskState::Dropped => false,
        };
        task.set <= self.at && still_open
    }

    fn is_overdue(&self, task: &Task) -> bool {
        self.is_open(task) && task.due.is_some_and(|due| due < self.at)
    }
}
