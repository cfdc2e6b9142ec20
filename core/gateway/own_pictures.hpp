#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.hpp"
#include "store/reader.hpp"
#include "xmpp/element.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::gateway {

struct Context;
class User;

/// What registered people have as their picture in XMPP (XEP-0084) becomes their picture on networks that take one. The
/// gateway's own capabilities ask for it, so that servers tell who has let the gateway see their presence. Only a
/// picture that the network does not have yet is read, from the person's own node, and set.
class OwnPictures {
 public:
  static constexpr std::size_t most_bytes = 160 * 1024;  ///< of one; a stanza with more is not taken

  explicit OwnPictures(Context& context) : context_(context) {}
  OwnPictures(const OwnPictures&) = delete;
  OwnPictures& operator=(const OwnPictures&) = delete;

  void load(store::Reader& reader);
  /// The network takes pictures at all.
  bool supported() const;
  /// True when the message was the news of somebody's picture.
  bool receive(const xmpp::Element& message, const xmpp::Jid& from);
  /// The person is connected to the network: what could not be set before is set.
  void on_ready(User& person);
  void forget(std::string_view person);

 private:
  struct Picture {
    std::string wanted, set;  ///< hashes; empty: none
    bool under_way = false;
  };
  void go_on(const std::string& person);
  void on_data(const std::string& person, const std::string& hash, const Result<xmpp::Element>& answer);
  void set(const std::string& person, const std::string& hash, const std::string& bytes);

  Context& context_;
  std::unordered_map<std::string, Picture> people_;  // by bare JID
};

}  // namespace dragoman::gateway
