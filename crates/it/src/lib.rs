//! HTTP stories of the whole house live in `tests/it`: one test program, a folder or file for each room.
