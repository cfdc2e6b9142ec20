#pragma once

#include <functional>
#include <string>

namespace dragoman {

/// A name for the bridge of a room that nobody has named: "#Tea@irc.example.org" -> "tea", else "tea-2" and so on until
/// `is_free`.
std::string bridge_name_for(const std::string& room, const std::function<bool(const std::string& name)>& is_free);

}  // namespace dragoman
