/** Makes a picture fit for an avatar: its middle, square, and no larger than it is ever drawn. */

/** Rejects when the browser cannot read the picture. */
export async function squareOf(picture: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(picture);
  const edge = Math.min(bitmap.width, bitmap.height);
  const side = Math.min(edge, SIDE_PX);
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  const context = canvas.getContext("2d");
  const [x, y] = [(bitmap.width - edge) / 2, (bitmap.height - edge) / 2];
  context?.drawImage(bitmap, x, y, edge, edge, 0, 0, side, side);
  bitmap.close();
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error("the picture is empty")) : resolve(blob)),
      "image/jpeg",
      QUALITY,
    ),
  );
}

/** Twice the largest avatar, in pixels. */
const SIDE_PX = 512;
const QUALITY = 0.88;
