#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "xmpp/element.hpp"
#include "xmpp/jid.hpp"
#include "xmpp/link.hpp"

namespace dragoman::gateway {

/// What the clients of people can do (XEP-0115). The hash in a client's presence stands for a list of features; the
/// first client with a hash is asked for the list, and what it answers counts for all only when it really has that
/// hash.
///
/// A client whose features are not known (yet) has none: whoever asks here must have something plainer to fall back to.
/// It lacks none either: only who has told everything lacks what is not there.
class ClientFeatures {
 public:
  static constexpr std::size_t most_hashes = 256;  ///< lists that are kept, each at most 16 KiB
  /// Whether a full JID is still a client of somebody.
  using IsHere = std::function<bool(const std::string& client)>;

  ClientFeatures(xmpp::Link& link, IsHere is_here) : link_(link), is_here_(std::move(is_here)) {}
  ClientFeatures(const ClientFeatures&) = delete;
  ClientFeatures& operator=(const ClientFeatures&) = delete;

  /// An available presence of a client. One without <c/> changes nothing: servers leave out what they said before.
  void on_presence(const xmpp::Element& presence, const xmpp::Jid& client);
  void forget(const std::string& client);
  /// The client joined a room as XEP-0045 has it: it knows that, whatever its later presences say.
  void learn_muc(const std::string& client);
  bool knows_muc(const std::string& client) const { return muc_.count(client) != 0; }
  /// The client went offline.
  void gone(const std::string& client);

  bool has(std::string_view client, std::string_view feature) const;
  /// Whether the client has said what it can do, and this is not there: for what does no harm to who says nothing.
  bool lacks(std::string_view client, std::string_view feature) const;
  /// The clients of a bare JID that have the feature.
  std::vector<std::string> clients_with(std::string_view person, std::string_view feature) const;
  std::size_t kinds() const { return lists_.size(); }

 private:
  struct List {
    std::size_t clients = 0;  ///< that have this hash
    bool known = false;
    bool asking = false;
    std::string refused_by;             ///< asked in vain: it is not asked again
    std::vector<std::string> features;  ///< sorted
  };
  using Lists = std::unordered_map<std::string, List>;

  void ask(Lists::value_type& list, const std::string& node, const xmpp::Jid& client);
  void on_answer(const std::string& ver, const std::string& client, const Result<xmpp::Element>& answer);
  Lists::value_type* list_of(const std::string& ver);
  void sweep();

  xmpp::Link& link_;
  IsHere is_here_;
  Lists lists_;                                                     // by hash; entries do not move
  std::map<std::string, Lists::value_type*, std::less<>> clients_;  // by full JID
  std::unordered_set<std::string> muc_;                             // full JIDs
  std::size_t sweep_at_ = 1000;
};

}  // namespace dragoman::gateway
