//! A new tenant, made by a program.

use sea_orm::DatabaseConnection;

use crate::{Error, Report, Service, Tenant, TenantsError};

impl Service {
    /// Makes the schema `name` for a new tenant, on the server of the pool `db`, and applies all migrations to
    /// it: what `up --tenant NAME` does. A tenant that is there already gets what is pending, so it may be called
    /// again, and by several at once.
    ///
    /// ```no_run
    /// # async fn sign_up(shop: toolkit_runtime::Service) -> Result<(), Box<dyn std::error::Error>> {
    /// let db = sea_orm::Database::connect("postgres://shop@localhost/shop").await?;
    /// shop.create_tenant(&db, "tenant_x").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`TenantsError::Unknown`] when what the definition says of tenants leaves the name out, and as
    /// [`Service::migrate`].
    pub async fn create_tenant(
        &self,
        db: &DatabaseConnection,
        name: &str,
    ) -> Result<Report, Error> {
        let tenants = self.fleet().filter(|_| name != self.schema());
        if !tenants.is_some_and(|tenants| tenants.may_have(name)) {
            return Err(TenantsError::unknown(self, name, &[]).into());
        }
        self.of_tenant(&Tenant::schema(name)).migrate(db).await
    }
}
