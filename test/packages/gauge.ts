/** A tank gauge on Modbus TCP, port 1502: every register that is asked for reads as 100. Its own frames, not the agent's. */
import { createServer } from "node:net";

const PORT = 1_502;
const READ_ANSWER_BYTES = 2;

createServer((socket) => {
  socket.on("error", () => socket.destroy());
  socket.on("data", (asked) => {
    const count = asked.readUInt16BE(10);
    const answer = Buffer.alloc(9 + READ_ANSWER_BYTES * count);
    asked.copy(answer, 0, 0, 4);
    answer.writeUInt16BE(3 + READ_ANSWER_BYTES * count, 4);
    answer[6] = asked[6] ?? 0;
    answer[7] = asked[7] ?? 0;
    answer[8] = READ_ANSWER_BYTES * count;
    for (let register = 0; register < count; register += 1) answer.writeUInt16BE(100, 9 + READ_ANSWER_BYTES * register);
    socket.write(answer);
  });
}).listen(PORT, "127.0.0.1");
