// A capture file of any bytes is read to an end or refused, and what it holds is decoded.

import Glibc
import PacketSources
import Traffic
import Wire

/// Reads the input as a capture file, through the reader that `import` uses.
enum CaptureCheck {
    static func check(_ input: [UInt8]) throws(Finding) {
        // Compressed files are other programs' work.
        guard !input.starts(with: [0x1F, 0x8B]), !input.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) else { return }
        guard let file = tmpfile() else { throw Finding("no temporary file") }
        defer { fclose(file) }
        fwrite(input, 1, input.count, file)
        fflush(file)
        try read("/proc/self/fd/\(fileno(file))", byteCount: input.count)
    }

    private static func read(_ path: String, byteCount: Int) throws(Finding) {
        var witness = Witness()
        var decoder = WireDecoder(limits: LinkCheck.limits)
        var last = Timestamp(nanoseconds: 0)
        var (packets, bytes) = (0, 0)
        do throws(PacketSourceError) {
            var file = try CaptureFile(path: path)
            while try file.next({ header, span in
                last = header.at
                packets += 1
                bytes += span.byteCount
                witness.packetArrives(at: header.at)
                decoder.receive(span, header: header, into: &witness)
            }) {}
        } catch {
            try require(!error.message.isEmpty, "an error without a word")
        }
        // A record has a header, so that no file holds more packets than this.
        try require(packets <= byteCount / 12, "\(packets) packets in \(byteCount) bytes")
        try require(bytes <= byteCount, "\(bytes) packet bytes in \(byteCount) bytes")
        witness.packetArrives(at: last)
        decoder.finish(at: last, into: &witness)
        witness.captureEnded(decoder.losses)
        if let finding = witness.finding { throw finding }
    }
}
