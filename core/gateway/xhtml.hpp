#pragma once

#include <optional>
#include <string_view>

#include "chat/content.hpp"
#include "xmpp/element.hpp"

namespace dragoman::gateway {

inline constexpr std::string_view xhtml_im_ns = "http://jabber.org/protocol/xhtml-im";

/// The rich form of a message, XHTML-IM (XEP-0071) or XHTML Basic as the first Jabber clients sent it, as text and
/// spans: emphasis, code, quotations, links and colours; lists become lines, images their alternative text. Everything
/// else is its text alone; scripts and styles are nothing. Nothing when the message has no such form or it is empty.
///
///   <html xmlns='http://jabber.org/protocol/xhtml-im'><body
///   xmlns='http://www.w3.org/1999/xhtml'><b>hi</b></body></html> <html
///   xmlns='http://www.w3.org/TR/xhtml-basic'><body><b>hi</b></body></html>
std::optional<chat::Content> read_xhtml(const xmpp::Element& message);

/// The same for clients that say they read it: paragraphs, quotations, emphasis, code, colours and links, also what
/// signs in a body cannot say (a part of a word, a colour). Nothing when the content has no formatting.
std::optional<xmpp::Element> write_xhtml(const chat::Content& content);

}  // namespace dragoman::gateway
