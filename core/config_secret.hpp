#pragma once

#include <string>

#include "base/settings.hpp"

namespace dragoman {

/// The first line of the file that `key` of a table names; what is wrong with it is a problem of the table, and the
/// text is empty then. `what` stands in it, for the operator: "the component's secret".
std::string read_secret_file(Settings& table, const std::string& key, const std::string& what);

}  // namespace dragoman
