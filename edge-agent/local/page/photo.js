/** Makes a photo small enough for a box and a report: nobody needs more than what can be read on paper. */

const LONGEST_SIDE = 1_600;
const QUALITY = 0.8;

/** @param {File} file @returns {Promise<Blob>} a JPEG */
export async function shrunk(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error("no picture")) : resolve(blob)), "image/jpeg", QUALITY);
  });
}
