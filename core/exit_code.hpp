#pragma once

namespace dragoman::exit_code {

// sysexits(3), so that systemd and scripts can tell them apart.
inline constexpr int ok = 0;
inline constexpr int refused = 1;         ///< the running gateway has refused what was asked
inline constexpr int unavailable = 69;    ///< EX_UNAVAILABLE: something it needs cannot be had now
inline constexpr int software = 70;       ///< EX_SOFTWARE: a bug
inline constexpr int restart = 75;        ///< EX_TEMPFAIL: start it again, as systemd does with Restart=on-failure
inline constexpr int no_permission = 77;  ///< EX_NOPERM: not for this user
inline constexpr int config = 78;         ///< EX_CONFIG: nothing changes before the operator changes something

}  // namespace dragoman::exit_code
