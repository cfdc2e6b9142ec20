#pragma once

#include <nlohmann/json_fwd.hpp>

#include "backends/webhook/formats/formats.hpp"
#include "backends/webhook/formats/markup.hpp"

namespace dragoman::backends::webhook::formats {

/// Blocks (Slack's Block Kit): header, section, context, divider, image, actions, rich_text, markdown, video,
/// table, card, carousel, alert. Of others the text is read.
void add_blocks(Prose& prose, Posting& posting, const nlohmann::json& blocks);
/// The elements of a rich_text block: sections, lists, quotations, preformatted texts.
void add_rich_text(Prose& prose, const nlohmann::json& block);
/// Attachments of the older kind ("secondary attachments"): pretext, author, title, text, fields, footer, pictures.
/// Their colour is the level: "good", "warning", "danger" or a red one.
void add_attachments(Prose& prose, Posting& posting, const nlohmann::json& attachments, Dialect dialect);

}  // namespace dragoman::backends::webhook::formats
