//! What the schema `shop` holds beside what its entities say.

use toolkit_runtime::Declarations;

pub(crate) fn declare(declared: &mut Declarations) {
    declared.generated("lines", "article_key", "lower(article)");
    declared.check("orders", "orders_total_check", "total >= (0)::numeric");
    declared.index_sql("CREATE INDEX orders_by_total ON orders (total, number)");
    declared.index_sql(
        "CREATE INDEX orders_open ON orders (customer_id) WHERE (status <> 'done'::order_status)",
    );
    declared.function(
        "touch()",
        "RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    NEW.seen_at := now();
    RETURN NEW;
END
$function$",
    );
    declared.view_sql(
        "open_orders",
        "SELECT orders.id,
            orders.number
           FROM orders
          WHERE (orders.status <> 'done'::order_status)",
    );
    declared.trigger(
        "customers",
        "customers_touch",
        "BEFORE UPDATE",
        "FOR EACH ROW EXECUTE FUNCTION touch()",
    );
    declared.comment("TYPE order_status", "How far an order has come.");
    declared.comment("VIEW open_orders", "What is to be done.");
}
