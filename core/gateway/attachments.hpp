#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chat/content.hpp"
#include "xmpp/element.hpp"
#include "xmpp/fallback.hpp"
#include "xmpp/writer.hpp"

// Files beside a text (XEP-0066, 0385, 0447) as attachments, and back.
namespace dragoman::gateway {

/// The files of a message; one that is named in several ways is one.
void read_attachments(const xmpp::Element& message, chat::Content& content);
/// The parts of the body that only stand there for clients which do not know the elements of its files.
std::vector<xmpp::Range> read_file_fallback(const xmpp::Element& message, std::string_view body);

/// The elements of a person's own message that say something of its files, as they came, for its reflection and the
/// archive (read_file_elements); empty when these can be made again from the attachments, or are too long to be kept.
std::string keep_file_elements(const xmpp::Element& message);
std::vector<xmpp::Element> read_file_elements(std::string_view kept);

/// The elements for the attachments behind a body. `links`: where in it URLs stand that are not said themselves.
/// `plain`: for a client without XEP-0066, which gets a link only where it is the whole body (docs/decisions/0030).
void write_attachments(xmpp::Writer& writer, const chat::Content& content, std::string_view body,
                       const std::vector<xmpp::Range>& links, bool plain);

}  // namespace dragoman::gateway
