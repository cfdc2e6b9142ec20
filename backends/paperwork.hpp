#pragma once

#include <string>

#include "base/random.hpp"
#include "base/result.hpp"

namespace dragoman::backends {

/// A network of which a foreign server has to be told in writing before it can be used: the operator gives it a file
/// (an application service of Matrix). Asked of a chat::Network by dynamic_cast: hardly any has it.
class Paperwork {
 public:
  /// The text of that file, the same each time: what is secret in it is made once and kept. `public_url`: where the
  /// public listener is reached, empty without one. Fault::absent: this network needs none.
  virtual Result<std::string> paperwork(const std::string& public_url, Random& random) = 0;
  /// Whether the foreign server knows us by now, as words for the operator; empty: there is nothing to know.
  virtual std::string paperwork_state() const = 0;

 protected:
  ~Paperwork() = default;
};

}  // namespace dragoman::backends
