// Decodes one recording's packets, and reads what is in them with the dialects.

import Dialects
import PacketSources
import Store
import Traffic
import Wire

/// Packets in, evidence out; the evidence of many packets is handed on at once.
struct PacketDecoding: ~Copyable {
    private var decoder: WireDecoder
    private var collector: EvidenceCollector
    private var reader: EvidenceReader
    private var lastPacketAt = Timestamp(nanoseconds: 0)

    /// For a recording; what an earlier decoding of the same one has numbered is told from ours.
    init(
        recordingID: Int64,
        limits: ReadingLimits,
        dialects: DialectSet,
        numbersTaken: RecordedNumbers = RecordedNumbers()
    ) {
        decoder = WireDecoder(limits: limits.wire)
        collector = EvidenceCollector(
            recordingID: recordingID,
            limits: limits.meters,
            numbersTaken: numbersTaken
        )
        reader = EvidenceReader(dialects)
    }

    /// What was not seen so far.
    var losses: Losses {
        var losses = decoder.losses
        losses.add(collector.losses)
        return losses
    }

    /// Evidence that waits to be taken.
    var pendingCount: Int { collector.pending.count }

    /// Decodes a block of packets.
    mutating func decode(_ block: borrowing PacketBlock) {
        block.forEach { decode($0, $1) }
    }

    /// Decodes one packet.
    mutating func decode(_ header: PacketHeader, _ bytes: RawSpan) {
        lastPacketAt = header.at
        decoder.receive(bytes, header: header, into: &collector)
    }

    /// Ends the capture: what waits behind holes is handed on, open exchanges and connections end.
    mutating func finish() {
        decoder.finish(at: lastPacketAt, into: &collector)
    }

    /// Gives the evidence that has come together, in a batch that was empty.
    mutating func take(into empty: consuming ReadEvidence) -> ReadEvidence {
        var evidence = empty
        reader.read(&collector.pending, into: &evidence)
        return evidence
    }
}
