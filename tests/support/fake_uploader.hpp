#pragma once

#include <utility>
#include <vector>

#include "media/uploader.hpp"

namespace dragoman::test {

/// Uploads that the test ends.
class FakeUploader final : public media::Uploader {
 public:
  bool there = true;
  std::vector<media::File> files;
  std::vector<Uploaded> waiting;  // one each

  bool available() const override { return there; }
  void upload(media::File file, Uploaded uploaded) override {
    files.push_back(std::move(file));
    waiting.push_back(std::move(uploaded));
  }
};

}  // namespace dragoman::test
