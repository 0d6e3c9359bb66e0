//! Memory that was needed for a while, and memory of many threads.

/// Gives memory that is free back to the system. Fitting needs several times what stays of it, and the allocator of GNU
/// systems would keep the rest for this process: 200 MB instead of 100 after a million taggings.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the allocator is told nothing but to look for free pages; no pointer is passed")]
pub fn give_back() {
    // SAFETY: `malloc_trim` may be called at any time from any thread, and touches no memory that is in use.
    unsafe {
        libc::malloc_trim(0);
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_back() {}

/// Lets all threads take memory from two places. The allocator of GNU systems would open up to eight for each processor,
/// each with holes of its own: 545 MB instead of 306 after serving 200,000 conversations.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the allocator is given a number; no pointer is passed")]
pub fn share_arenas() {
    // SAFETY: `mallopt` may be called at any time; places that are open stay.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 2);
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn share_arenas() {}
