//! mailkit
