#pragma once

#include <string>

#include "chat/content.hpp"

namespace dragoman::backends::webhook {

/// A content with its spans as HTML; empty when it has none, so that the text says the same.
std::string to_html(const chat::Content& content);
/// With its spans as the Markdown that Discord, Mattermost and ntfy read. Signs in the text itself stay as they are.
std::string to_markdown(const chat::Content& content);
/// As Slack's mrkdwn: "&", "<" and ">" as entities, links as <url|text>.
std::string to_mrkdwn(const chat::Content& content);
/// A text with "&", "<", ">" and quotes as entities.
std::string escape_html(std::string_view text);

}  // namespace dragoman::backends::webhook
