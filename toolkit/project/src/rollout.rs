//! Saying of migrations, in the service's definition, that they come after the rollout. No I/O here.

use syn::{Expr, ExprMethodCall, spanned::Spanned, visit::Visit};

use super::{
    edit::Edits,
    register::{line_indent, parse},
};

/// `source` with `.after_rollout("…")` for each of `names` at the end of the service's definition.
///
/// # Errors
/// What about the file is not as the template has it.
pub(super) fn after_rollout(source: &str, names: &[&str]) -> Result<String, String> {
    let file = parse(source)?;
    let mut definitions = Definitions::default();
    definitions.visit_file(&file);
    let [end] = definitions.0[..] else {
        return Err(format!(
            "`Service::new` stands {} times in it",
            definitions.0.len()
        ));
    };
    let start = source[..end].rfind('\n').map_or(0, |line| line + 1);
    let last = source[start..end].trim_start();
    let indent = line_indent(source, start);
    let indent = if last.starts_with('.') || last.starts_with([')', '}', ']']) {
        indent.to_owned()
    } else {
        format!("{indent}    ")
    };
    let calls = names
        .iter()
        .map(|name| format!("\n{indent}.after_rollout(\"{name}\")"));
    let mut edits = Edits::default();
    edits.replace(end..end, calls.collect());
    Ok(edits.apply(source))
}

/// Where each chain of calls that begins with `Service::new` ends.
#[derive(Default)]
struct Definitions(Vec<usize>);

impl<'ast> Visit<'ast> for Definitions {
    fn visit_expr(&mut self, expression: &'ast Expr) {
        if begins_with_service(expression) {
            self.0.push(expression.span().byte_range().end);
            return;
        }
        syn::visit::visit_expr(self, expression);
    }
}

fn begins_with_service(expression: &Expr) -> bool {
    match expression {
        Expr::MethodCall(ExprMethodCall { receiver, .. }) => begins_with_service(receiver),
        Expr::Call(call) => match call.func.as_ref() {
            Expr::Path(function) => {
                let mut segments = function.path.segments.iter().rev();
                segments.next().is_some_and(|it| it.ident == "new")
                    && segments.next().is_some_and(|it| it.ident == "Service")
            }
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::after_rollout;

    #[test]
    fn the_definition_says_which_migrations_wait() {
        let source = "pub fn service() -> Service {\n    Service::new::<M>(\"a\", \"a\")\n        \
            .folder(env!(\"CARGO_MANIFEST_DIR\"))\n        .declare(|it| {\n            it\n        })\n}\n";
        let expected = source.replace(
            "        })\n}",
            "        })\n        .after_rollout(\"m1\")\n        .after_rollout(\"m2\")\n}",
        );
        assert_eq!(after_rollout(source, &["m1", "m2"]).unwrap(), expected);
    }

    #[test]
    fn a_definition_on_one_line_gets_lines_of_its_own() {
        let source = "fn service() -> Service {\n    Service::new::<M>(\"a\", \"a\")\n}\n";
        let after = after_rollout(source, &["m1"]).unwrap();
        let expected = "Service::new::<M>(\"a\", \"a\")\n        .after_rollout(\"m1\")\n}";
        assert!(after.contains(expected), "{after}");
    }

    #[test]
    fn a_file_without_a_definition_is_refused() {
        let refused = after_rollout("pub struct M;", &["m1"]);
        assert_eq!(refused.unwrap_err(), "`Service::new` stands 0 times in it");
    }
}
