#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "backends/webhook/happening.hpp"

namespace dragoman::backends::webhook {

/// What an event says, in the words that docs/networks/webhook.md lists; a member that does not apply is null, so that
/// all of a type have the same.
nlohmann::json data_of(const Happening& happening);
/// The envelope of Standard Webhooks around it: type, timestamp, data, and reply_url where there is one.
nlohmann::json envelope_of(const Happening& happening, const std::string& reply_url);
/// UTC with milliseconds (RFC 3339): "2026-11-20T08:15:30.123Z".
std::string to_rfc3339(Timestamp time);

/// What a person would read of it in a plain chat: the text, and the addresses of what is attached.
std::string plain_text_of(const Happening& happening);

}  // namespace dragoman::backends::webhook
