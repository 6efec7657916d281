pub mod entity;
pub mod gr_e;
pub mod gr_e_2;
pub mod mod_;
pub mod self_;
pub mod type_;
pub mod type_2;
