#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/clock.hpp"

namespace dragoman::backends::matrix {

/// The rooms of a homeserver that were made for rooms of XMPP, and the rooms of XMPP whose moderators do not want that.
/// One document of the network, which is as large as the number of portals that the operator allows.
class PortalBook {
 public:
  using Kept = std::function<std::string()>;
  using Keep = std::function<void(const std::string& text)>;
  PortalBook(Kept kept, Keep keep) : kept_(std::move(kept)), keep_(std::move(keep)) {}

  /// What was kept. Once, before everything else.
  void load();
  /// XMPP rooms (bare), with the ids of the rooms that stand for them; an id is empty where the homeserver did not say.
  const std::map<std::string, std::string>& rooms() const { return rooms_; }
  bool has(const std::string& xmpp_room) const { return rooms_.contains(xmpp_room); }
  void add(const std::string& xmpp_room, const std::string& room_id);
  void remove(const std::string& xmpp_room);
  /// Nobody gets this room before then.
  void refuse(const std::string& xmpp_room, Timestamp until, Timestamp now);
  bool is_refused(const std::string& xmpp_room, Timestamp now) const;

 private:
  void keep() const;

  Kept kept_;
  Keep keep_;
  std::map<std::string, std::string> rooms_;
  std::map<std::string, Timestamp> refused_;
};

}  // namespace dragoman::backends::matrix
