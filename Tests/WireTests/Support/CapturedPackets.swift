// Packets of capture files, for tests that compare with other readers.

import Foundation
import PacketSources
import Traffic

/// Hands each packet of a capture file on, whatever its format.
func forEachPacket(of capture: URL, _ body: (PacketHeader, RawSpan) -> Void) throws {
    var file = try CaptureFile(path: capture.path)
    while try file.next(body) {}
}
