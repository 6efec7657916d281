-- How long each conversation has become, for who decides what the model is still shown.
CREATE VIEW conversation_lengths AS
SELECT
    conversations.id,
    conversations.agent_id,
    count(messages.id) AS messages,
    coalesce(sum(messages.token_count), 0) AS tokens,
    max(messages.created_at) AS last_message_at
FROM conversations
LEFT JOIN messages ON messages.conversation_id = conversations.id
GROUP BY conversations.id;

COMMENT ON VIEW conversation_lengths IS 'Messages and tokens of each conversation';
