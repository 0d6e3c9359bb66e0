//! textkit
