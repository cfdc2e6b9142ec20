#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"

namespace dragoman::media {

struct File {
  std::string name;        ///< "message.txt"
  std::string media_type;  ///< "text/plain; charset=utf-8"
  std::string bytes;
};

/// Puts files where everybody who has the address can read them.
class Uploader {
 public:
  using Uploaded = std::function<void(Result<std::string> url)>;

  /// False: as far as is known there is nothing to upload to.
  virtual bool available() const = 0;
  /// Calls `uploaded` exactly once, never from inside upload(), with the address or why there is none (a sentence
  /// about the upload, fit for its sender): not_found (nothing to upload to), too_long, limited, forbidden, or what the
  /// connection gave. After the end of the program's work it may not be called any more.
  virtual void upload(File file, Uploaded uploaded) = 0;

 protected:
  ~Uploader() = default;
};

}  // namespace dragoman::media
