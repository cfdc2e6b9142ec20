#include "xmpp/bookmarks.hpp"

#include <algorithm>

#include "xmpp/jid.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/pubsub.hpp"

namespace dragoman::xmpp {

namespace {

constexpr std::string_view legacy_ns = "storage:bookmarks";

bool same_room(std::string_view a, std::string_view b) {
  const auto left = Jid::parse(a), right = Jid::parse(b);
  return left && right && *left == *right;
}

Element* storage_of(Element& query) {
  for (Element& child : query.children) {
    if (child.is("storage", legacy_ns)) return &child;
  }
  return nullptr;
}

Element& add_conference(Element& parent, std::string_view conference_ns, const Bookmark& bookmark) {
  Element& conference = parent.add("conference", conference_ns);
  conference.set("autojoin", "true");
  if (!bookmark.name.empty()) conference.set("name", bookmark.name);
  if (!bookmark.nick.empty()) conference.add_text_child("nick", bookmark.nick);
  return conference;
}

}  // namespace

Element make_bookmark_query(std::string_view room) {
  Element pubsub{"pubsub", ns::pubsub};
  pubsub.add("items").set("node", bookmarks_ns).add("item").set("id", room);
  return pubsub;
}

Element make_bookmark_publish(const Bookmark& bookmark, BookmarkNode node) {
  Element pubsub{"pubsub", ns::pubsub};
  Element& item = pubsub.add("publish").set("node", bookmarks_ns).add("item");
  item.set("id", bookmark.room);
  add_conference(item, bookmarks_ns, bookmark);
  pubsub.add(make_private_options(node == BookmarkNode::kept_and_private));
  return pubsub;
}

Element make_bookmark_retract(std::string_view room) {
  Element pubsub{"pubsub", ns::pubsub};
  pubsub.add("retract").set("node", bookmarks_ns).set("notify", "true").add("item").set("id", room);
  return pubsub;
}

bool has_bookmark(const Element& pubsub, std::string_view room) {
  const Element* items = pubsub.child("items", ns::pubsub);
  if (items == nullptr) return false;
  return std::any_of(items->children.begin(), items->children.end(), [&](const Element& item) {
    return item.is("item", ns::pubsub) && same_room(item.get("id"), room);
  });
}

Element make_private_bookmarks_query() {
  Element query{"query", private_ns};
  query.add("storage", legacy_ns);
  return query;
}

bool has_private_bookmark(const Element& query, std::string_view room) {
  const Element* storage = query.child("storage", legacy_ns);
  if (storage == nullptr) return false;
  return std::any_of(storage->children.begin(), storage->children.end(), [&](const Element& each) {
    return each.is("conference", legacy_ns) && same_room(each.get("jid"), room);
  });
}

Element with_private_bookmark(Element query, const Bookmark& bookmark) {
  Element* storage = storage_of(query);
  if (storage == nullptr) storage = &query.add("storage", legacy_ns);
  add_conference(*storage, legacy_ns, bookmark).set("jid", bookmark.room);
  return query;
}

Element without_private_bookmarks(Element query, const std::vector<std::string>& rooms) {
  Element* storage = storage_of(query);
  if (storage == nullptr) return query;
  std::erase_if(storage->children, [&](const Element& each) {
    return each.is("conference", legacy_ns) && std::any_of(rooms.begin(), rooms.end(), [&](const std::string& room) {
             return same_room(each.get("jid"), room);
           });
  });
  return query;
}

}  // namespace dragoman::xmpp
