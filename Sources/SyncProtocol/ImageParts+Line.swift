import LineCodec
import Replication

extension ImageOffer {
    func write(to writer: inout LineWriter) {
        writer.position(position)
        writer.text(format)
        writer.integer(bytes)
        writer.hexadecimal(hash)
    }

    init(from reader: inout LineReader) throws(LineError) {
        position = try reader.position()
        format = try reader.code()
        bytes = try reader.positive()
        hash = try reader.hash()
    }
}

extension ImageFetch {
    func write(to writer: inout LineWriter) {
        writer.hexadecimal(hash)
        writer.integer(from)
        writer.integer(through)
    }

    init(from reader: inout LineReader) throws(LineError) {
        hash = try reader.hash()
        from = try reader.integer()
        through = try reader.integer()
    }
}

extension LineWriter {
    mutating func position(_ position: HubPosition) {
        text("\(Hexadecimal.text(position.epoch.value)):\(position.sequence)")
    }
}

extension LineReader {
    mutating func position() throws(LineError) -> HubPosition {
        let spelled = try observed().positions
        guard spelled.count == 1 else { throw .notCanonical }
        return spelled[0]
    }

    fileprivate mutating func hash() throws(LineError) -> [UInt8] {
        let bytes = try hexadecimal()
        guard bytes.count == 32 else { throw .notHexadecimal }
        return bytes
    }
}
