// Deterministic bytes for images whose real bytes were not kept.

/// A sequence of bytes in which every offset can be computed on its own.
///
/// Word `n` (8 bytes, little end first) is output `n` of the SplitMix64 generator: incompressible, so that no
/// intermediary makes a transfer shorter than the recorded one.
struct Filler: Sendable {
    let seed: UInt64

    func bytes(_ range: Range<Int64>) -> [UInt8] {
        guard !range.isEmpty else { return [] }
        let words = (range.lowerBound / 8...(range.upperBound - 1) / 8).map { word(UInt64($0)).littleEndian }
        let skipped = Int(range.lowerBound % 8)
        return words.withUnsafeBytes { Array($0[skipped..<skipped + range.count]) }
    }

    private func word(_ index: UInt64) -> UInt64 {
        var mixed = seed &+ (index &+ 1) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
