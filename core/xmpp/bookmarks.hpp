#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "xmpp/element.hpp"
#include "xmpp/private_xml.hpp"

// Rooms that somebody's clients enter by themselves: XEP-0402 (an item of a PEP node for each), XEP-0048 (one list in
// private XML storage, XEP-0049).
//   <pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='urn:xmpp:bookmarks:1'>
//     <item id='#tea@irc.example.org'><conference xmlns='urn:xmpp:bookmarks:1' name='#tea' autojoin='true'>
//       <nick>alice</nick></conference></item></publish></pubsub>
namespace dragoman::xmpp {

inline constexpr std::string_view bookmarks_ns = "urn:xmpp:bookmarks:1";

struct Bookmark {
  std::string room, name, nick;
};

/// Payloads of questions to somebody's own server.
Element make_bookmark_query(std::string_view room);
/// How much of XEP-0402 3.2 a node must already be like: all of it; or, where somebody has set it up otherwise
/// (precondition-not-met), only that what is in it stays there and is nobody else's.
enum class BookmarkNode { as_specified, kept_and_private };
Element make_bookmark_publish(const Bookmark& bookmark, BookmarkNode node = BookmarkNode::as_specified);
/// Clients are told (`notify`), or they would enter the room again.
Element make_bookmark_retract(std::string_view room);
/// Whether the answer to the query holds the room.
bool has_bookmark(const Element& pubsub, std::string_view room);

Element make_private_bookmarks_query();
/// Whether the list, an answer to the query, holds the room.
bool has_private_bookmark(const Element& query, std::string_view room);
/// The list with one more, and without some: everything else in it stays as it was.
Element with_private_bookmark(Element query, const Bookmark& bookmark);
Element without_private_bookmarks(Element query, const std::vector<std::string>& rooms);

}  // namespace dragoman::xmpp
