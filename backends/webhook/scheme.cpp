#include <algorithm>
#include <iterator>
#include <optional>

#include "backends/webhook/signature.hpp"
#include "base/text.hpp"

// A scheme as text, both ways.

namespace dragoman::backends::webhook {

namespace {

struct SchemeWord {
  std::string_view word;
  Scheme::Kind kind;
};

constexpr SchemeWord scheme_words[] = {
    {"standard", Scheme::Kind::standard},
    {"github", Scheme::Kind::github},
    {"slack", Scheme::Kind::slack},
    {"forgejo", Scheme::Kind::forgejo},
    {"gitlab-token", Scheme::Kind::gitlab_token},
    {"sentry", Scheme::Kind::sentry},
    {"grafana", Scheme::Kind::grafana},
    {"generic-hmac", Scheme::Kind::generic},
};

constexpr std::string_view grafana_header = "x-grafana-alerting-signature";

Error bad_scheme(std::string text) { return {Fault::malformed, std::move(text)}; }

bool is_header_name(std::string_view name) {
  static constexpr std::string_view signs = "!#$%&'*+-.^_`|~";  // token of RFC 9110 5.6.2
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return alphanumeric || signs.find(c) != std::string_view::npos;
  });
}

std::optional<Hash> hash_named(std::string_view word) {
  if (word == "sha1") return Hash::sha1;
  if (word == "sha256") return Hash::sha256;
  if (word == "sha512") return Hash::sha512;
  return std::nullopt;
}

std::string_view word_of(Hash hash) {
  switch (hash) {
    case Hash::sha1:
      return "sha1";
    case Hash::sha256:
      return "sha256";
    case Hash::sha512:
      return "sha512";
  }
  return {};
}

/// One "name=value" behind the word of the scheme.
Result<void> read_option(std::string_view option, Scheme& scheme) {
  const std::size_t equals = option.find('=');
  const std::string_view name = option.substr(0, equals);
  const std::string_view value = equals == std::string_view::npos ? std::string_view{} : option.substr(equals + 1);
  const bool generic = scheme.kind == Scheme::Kind::generic;
  if (option == "sha1" && scheme.kind == Scheme::Kind::github) {
    scheme.sha1 = true;
  } else if (!generic && scheme.kind != Scheme::Kind::grafana) {
    return bad_scheme("nothing can be chosen for this scheme, but there is \"" + std::string{option} + '"');
  } else if (name == "header" || name == "timestamp") {
    if (!is_header_name(value)) return bad_scheme(std::string{name} + "= takes the name of a header");
    (name == "header" ? scheme.header : scheme.timestamp) = text::ascii_lower(value);
  } else if (name == "joiner") {
    scheme.joiner = value;
  } else if (name == "prefix" && generic) {
    scheme.prefix = value;
  } else if (name == "hash" && generic) {
    const auto hash = hash_named(value);
    if (!hash) return bad_scheme("hash= takes sha1, sha256 or sha512");
    scheme.hash = *hash;
  } else if (name == "encoding" && generic) {
    if (value != "hex" && value != "base64") return bad_scheme("encoding= takes hex or base64");
    scheme.encoding = value == "hex" ? Scheme::Encoding::hex : Scheme::Encoding::base64;
  } else {
    return bad_scheme("\"" + std::string{option} + "\" is nothing that can be chosen for this scheme");
  }
  return {};
}

}  // namespace

Result<Scheme> read_scheme(std::string_view text) {
  Scheme scheme;
  bool first = true;
  for (const std::string_view word : text::split(text, ' ')) {
    if (word.empty()) continue;
    if (!std::exchange(first, false)) {
      if (const auto read = read_option(word, scheme); !read) return read.error();
      continue;
    }
    const auto found = std::find_if(std::begin(scheme_words), std::end(scheme_words),
                                    [&](const SchemeWord& each) { return text::ascii_iequals(each.word, word); });
    if (found == std::end(scheme_words)) {
      return bad_scheme("there is no signature \"" + std::string{word} +
                        "\"; there are standard, github, slack, forgejo, gitlab-token, sentry, grafana and "
                        "generic-hmac");
    }
    scheme.kind = found->kind;
    if (scheme.kind == Scheme::Kind::grafana) scheme.header = grafana_header;
  }
  if (first) return bad_scheme("a signature has to be named, like github");
  if (scheme.header.empty() && scheme.kind == Scheme::Kind::generic) {
    return bad_scheme("generic-hmac needs the header: generic-hmac header=X-Signature");
  }
  return scheme;
}

std::string to_string(const Scheme& scheme) {
  std::string text;
  for (const SchemeWord& each : scheme_words) {
    if (each.kind == scheme.kind) text = each.word;
  }
  const bool generic = scheme.kind == Scheme::Kind::generic;
  if (scheme.sha1) text += " sha1";
  if (generic || (scheme.kind == Scheme::Kind::grafana && scheme.header != grafana_header)) {
    text += " header=" + scheme.header;
  }
  if (!scheme.prefix.empty()) text += " prefix=" + scheme.prefix;
  if (scheme.hash != Hash::sha256) text += " hash=" + std::string{word_of(scheme.hash)};
  if (scheme.encoding == Scheme::Encoding::base64) text += " encoding=base64";
  if (!scheme.timestamp.empty()) text += " timestamp=" + scheme.timestamp;
  if (scheme.joiner != ":") text += " joiner=" + scheme.joiner;
  return text;
}

}  // namespace dragoman::backends::webhook
