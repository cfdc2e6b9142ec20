#include "admin/json_answer.hpp"

#include <nlohmann/json.hpp>

namespace dragoman::admin {

std::string to_text(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

net::HttpResponse make_json_answer(int status, const nlohmann::json& value) {
  net::HttpResponse response;
  response.status = status;
  response.fields.add("Content-Type", "application/json");
  response.body = to_text(value) + '\n';
  return response;
}

}  // namespace dragoman::admin
