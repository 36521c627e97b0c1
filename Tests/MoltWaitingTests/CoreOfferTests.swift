import Foundation
import MoltTestKit
import MoltWaiting
import Testing

@Suite("Offering the core")
struct CoreOfferTests {
  @Test("ends when another thread takes it")
  func accepted() async {
    await #expect(processExitsWith: .success) {
      for _ in 0...ProcessInfo.processInfo.activeProcessorCount {
        var busy = pthread_t()
        pthread_create(&busy, nil, { _ in while true {} }, nil)
      }
      var core = CoreOffer()
      #expect(blockUntil { !core.isDeclined() })
    }
  }

  @Test("does not end because it lasted")
  func interrupted() {
    // Somebody may really take the core during one offer, but not each time.
    #expect(
      blockUntil {
        var core = CoreOffer()
        let end = ContinuousClock.now + .microseconds(50)
        while ContinuousClock.now < end {}
        let start = core.time
        return core.isDeclined() && core.time - start > 40_000
      }
    )
  }
}
