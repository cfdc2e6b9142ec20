#pragma once

#include <functional>
#include <string>

namespace dragoman::backends {

/// A network that learns from its server how it looks: what it is called, where its picture is (ISUPPORT of IRC). Asked
/// of a chat::Network by dynamic_cast: hardly any has it.
class OwnLook {
 public:
  /// Where anybody can fetch it (http, https); empty: there is none.
  virtual std::string picture_url() const = 0;
  /// `changed` is called after each change of picture_url() or of the name in describe(), for which see
  /// chat::Network; from within an input of the network: it must call nothing of it.
  virtual void on_own_look(std::function<void()> changed) = 0;

 protected:
  ~OwnLook() = default;
};

}  // namespace dragoman::backends
