#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "backends/webhook/format.hpp"
#include "backends/webhook/multipart.hpp"
#include "backends/webhook/request.hpp"
#include "backends/webhook/url_form.hpp"
#include "base/result.hpp"

namespace dragoman::backends::webhook::formats {

/// The body of a request, taken apart by its content type.
struct Payload {
  enum class Kind {
    text,
    markdown,
    html,
    xml,
    json,
    form,       ///< or the fields of a multipart form
    in_a_form,  ///< JSON in a field: `payload=`, `payload_json`, `data`
    file,       ///< the body is a file
  };
  Kind kind = Kind::text;
  std::string text{};      ///< of a text, HTML or XML: valid UTF-8
  nlohmann::json value{};  ///< JSON; of a form an object of its fields; else null
  std::vector<Form::Attached> files{};
  bool is_multipart = false;
  Fields query{};

  bool is_json() const { return kind == Kind::json || kind == Kind::in_a_form; }
  /// The first of these names that the query has a value for.
  std::string asked(std::initializer_list<std::string_view> names) const;
};

/// Reads the body. Without a content type, and where people send text as a form (`curl -d`), its beginning decides. A
/// `forced` format of JSON is looked for in texts too. Faults as read_postings().
Result<Payload> read_payload(const Request& request, std::optional<Format> forced);

}  // namespace dragoman::backends::webhook::formats
