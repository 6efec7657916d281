//! The rows that are there before the first step.

/// Fills the tables of all services. Identifiers are numbers, padded.
pub const ALL: &str = "
CREATE ROLE life_reader;
CREATE FUNCTION public.id(number integer) RETURNS uuid IMMUTABLE LANGUAGE sql
    AS $$ SELECT lpad(number::text, 32, '0')::uuid $$;

INSERT INTO planning.plans (id, agent_id, title, goal) VALUES (id(1), id(9), 'Trip', 'Rome');
INSERT INTO planning.tasks (id, plan_id, title) VALUES
    (id(2), id(1), 'Book'), (id(3), id(1), 'Pack');
INSERT INTO planning.task_dependencies (task_id, depends_on_task_id) VALUES (id(3), id(2));
INSERT INTO planning.plan_revisions (plan_id, revision, author_id, reason, document)
    VALUES (id(1), 1, id(9), '{\"why\": \"rain\"}', '{}');

INSERT INTO memory.conversations (id, user_id, agent_id, title) VALUES
    (id(1), id(3), id(9), NULL), (id(2), id(3), id(9), 'Tea');
INSERT INTO memory.messages (conversation_id, position, role, content, token_count) VALUES
    (id(1), 0, 'system', 'Be kind', 2), (id(1), 1, 'user', 'Hello', 1);
INSERT INTO memory.memories (id, agent_id, kind, content) VALUES
    (id(1), id(9), 'semantic', 'Likes tea'), (id(2), id(9), 'procedural', 'Makes tea');
INSERT INTO memory.memory_links (source_memory_id, target_memory_id, kind) VALUES
    (id(1), id(2), 'supersedes'), (id(2), id(1), 'related');

INSERT INTO user_service.organizations (id, name, slug) VALUES
    (id(1), 'Acme', 'acme'), (id(2), 'Acme', 'acme-too');
INSERT INTO user_service.users (id, organization_id, email, display_name)
    VALUES (id(3), id(1), 'ann@acme.example', 'Ann');
INSERT INTO user_service.memberships (organization_id, user_id, role)
    VALUES (id(1), id(3), 'viewer');
INSERT INTO user_service.sessions (id, user_id, token_hash, ip_address, expires_at)
    VALUES (id(4), id(3), '\\x01', '127.0.0.1', now());

INSERT INTO observability.traces (id, service, name, user_id)
    VALUES (id(1), 'planner', 'plan', id(3));
INSERT INTO observability.spans (id, trace_id, name, started_at)
    VALUES (id(2), id(1), 'think', now());
INSERT INTO observability.log_events (trace_id, service, level, message) VALUES
    (id(1), 'planner', 'debug', 'a line'), (id(1), 'planner', 'error', 'another');
INSERT INTO observability.metrics (service, name, value, unit)
    VALUES ('planner', 'calls', 1, 'ms');
INSERT INTO observability.alerts (name, metric_name, threshold) VALUES ('slow', 'calls', 10);
";
