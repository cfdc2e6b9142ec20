#include "backends/webhook/url_form.hpp"

#include <algorithm>
#include <charconv>

namespace dragoman::backends::webhook {

namespace {

std::string unescaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    const char* const digits = text.data() + i + 1;
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%' && i + 2 < text.size() &&
               std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

Result<Fields> read_url_form(std::string_view text) {
  Fields fields;
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    const std::string_view field = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (field.empty()) continue;
    if (fields.size() == most_fields) return failure(Fault::too_long, "more than 100 fields");
    const std::size_t equals = field.find('=');
    fields.emplace_back(unescaped(field.substr(0, equals)),
                        equals == std::string_view::npos ? std::string{} : unescaped(field.substr(equals + 1)));
  }
  return fields;
}

std::string_view field_of(const Fields& fields, std::string_view name) {
  const auto found =
      std::find_if(fields.rbegin(), fields.rend(), [name](const auto& each) { return each.first == name; });
  return found == fields.rend() ? std::string_view{} : std::string_view{found->second};
}

bool has_field(const Fields& fields, std::string_view name) {
  return std::any_of(fields.begin(), fields.end(), [name](const auto& each) { return each.first == name; });
}

}  // namespace dragoman::backends::webhook
