#pragma once

#include <cstdlib>
#include <utility>

#include <boost/system/result.hpp>

#include "base/error.hpp"

namespace dragoman {

/// A value or an Error. Test it, then use `*result` or `result.error()`; `value()` on an error is a bug and aborts.
template <class T>
using Result = boost::system::result<T, Error>;

/// Found by boost::system::result when value() is called on an error: a bug of ours, not an input.
[[noreturn]] inline void throw_exception_from_error(const Error&, const boost::source_location&) { std::abort(); }

/// Shorthand for `return Error{fault, text}` where the type must be spelled out.
inline Error failure(Fault fault, std::string text) { return Error{fault, std::move(text)}; }

}  // namespace dragoman
