#pragma once

#include <map>
#include <string>
#include <string_view>

namespace dragoman::backends::webhook {

/// One request to a hook, after its address and its limits were found good: what formats, filters and signatures read.
struct Request {
  std::string method = "POST";
  std::string rest{};                            ///< of the path, behind the token: "", "github", "slack"
  std::string query{};                           ///< as sent, percent-encoded, without the '?'
  std::map<std::string, std::string> headers{};  ///< lower-case names; of several fields of a name: joined with ", "
  std::string body{};                            ///< inflated
  std::string packed{};        ///< the body as it was sent, if that was compressed: signatures are over these bytes
  std::string content_type{};  ///< lower case and without parameters, "application/json"; empty: none was given
  std::string caller{};        ///< address, as text

  /// The bytes that a signature covers.
  const std::string& signed_bytes() const { return packed.empty() ? body : packed; }
  /// The value of a header (`name` in lower case); empty: there is none.
  std::string_view header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view{} : std::string_view{found->second};
  }
};

}  // namespace dragoman::backends::webhook
