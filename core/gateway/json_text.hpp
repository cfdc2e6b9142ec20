#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/byte_set.hpp"

namespace dragoman::gateway {

/// JSON of documents: reading never throws, whatever stands there.
inline std::string dump(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}
/// Appends a text as JSON, for documents that are written often: a tree costs more than all else that is done for them.
inline void append_json(std::string& out, const std::string& text) {
  static constexpr ByteSet not_plain = ByteSet{"\"\\"}.with_range(0, 0x1f).with_range(0x7f, 0xff);
  if (!not_plain.none_in(text)) {
    out += dump(text);
    return;
  }
  out.append(1, '"').append(text).append(1, '"');
}
inline std::string string_at(const nlohmann::json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}
inline std::vector<std::string> strings_at(const nlohmann::json& object, const char* key) {
  std::vector<std::string> values;
  if (!object.is_object()) return values;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return values;
  for (const auto& entry : *found) {
    if (entry.is_string()) values.push_back(entry.get<std::string>());
  }
  return values;
}

}  // namespace dragoman::gateway
