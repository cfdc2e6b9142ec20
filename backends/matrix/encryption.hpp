#pragma once

#include <optional>
#include <string>

#include "backends/matrix/event.hpp"
#include "base/result.hpp"

namespace dragoman::backends::matrix {

/// What opens and seals the events of encrypted rooms (client-server API, "End-to-end encryption"): the one place where
/// the keys of a device would be used. A session has one, made by Shared::make_encryption; without it NoEncryption,
/// with which nothing can be read there and nothing is sent. Where it is called: open() before an event is read
/// (timeline.cpp, received.cpp), seal() as the last thing before a request leaves (calls.cpp), so that whatever was
/// queued before a room was encrypted is sealed too, or not sent.
class EncryptionMachine {
 public:
  virtual ~EncryptionMachine() = default;
  /// The event that is inside of an m.room.encrypted one, with its type and content, and the id, sender and time of the
  /// outer one; nothing: it cannot be read.
  virtual std::optional<Event> open(const std::string& room_id, const Event& sealed) = 0;
  /// Whether there is any use in asking for more; `refusal` is what the sender is told at once when there is none.
  virtual std::optional<Error> refusal(const std::string& room_id) const = 0;
  /// The content of the m.room.encrypted event that is sent in place of one of this type and content, both as JSON. An
  /// event is sealed once, however often it is tried. Fault::unacceptable, and a sentence for the sender.
  virtual Result<std::string> seal(const std::string& room_id, const std::string& type, const std::string& content) = 0;
};

/// Has no keys.
class NoEncryption final : public EncryptionMachine {
 public:
  std::optional<Event> open(const std::string&, const Event&) override { return std::nullopt; }
  std::optional<Error> refusal(const std::string&) const override { return refused(); }
  Result<std::string> seal(const std::string&, const std::string&, const std::string&) override { return refused(); }

 private:
  static Error refused() {
    return failure(Fault::unacceptable,
                   "This room is encrypted end to end; the gateway cannot write there and nothing was sent.");
  }
};

}  // namespace dragoman::backends::matrix
