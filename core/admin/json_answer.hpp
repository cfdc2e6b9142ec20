#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "net/http.hpp"

namespace dragoman::admin {

/// As text; what is not UTF-8 (names come from strangers) is replaced.
std::string to_text(const nlohmann::json& value);
net::HttpResponse make_json_answer(int status, const nlohmann::json& value);

}  // namespace dragoman::admin
