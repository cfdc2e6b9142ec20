#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace dragoman::verbs {

/// Says a line to the gateway that listens on this socket (admin/control.hpp), and reads its answer to the end: the
/// lines. Fault::unavailable: no gateway runs; Fault::forbidden: the file may not be opened; Fault::timeout: no whole
/// answer within 40 s.
Result<std::vector<std::string>> ask_gateway(const std::string& socket, const std::string& line);

}  // namespace dragoman::verbs
