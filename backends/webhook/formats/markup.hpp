#pragma once

#include <string_view>

#include "backends/webhook/formats/prose.hpp"

namespace dragoman::backends::webhook::formats {

/// How people write emphasis, links and code in one line of text or another.
enum class Dialect {
  markdown,  ///< CommonMark as far as chat goes, with "~~", and comments of HTML left out
  discord,   ///< the same, with "__" for underline, "||" for spoilers and <@id>, <#id>, <:name:id>, <t:time>
  mrkdwn,    ///< Slack's: *bold* _italic_ ~strike~ <url|label> &amp; (api.slack.com, "Formatting text")
};

/// Reads a stranger's text into words and what they mean. Anything is read as something; signs that mean nothing stay.
/// At most 64 KiB are looked at; the time is linear in the text.
/// Example: "**a** [b](https://x)" -> "a b (https://x)", bold "a", link "b".
void add_markup(Prose& prose, std::string_view text, Dialect dialect);

}  // namespace dragoman::backends::webhook::formats
