/** What messages carry. */

import { Attachments } from "../../files/Attachments";
import { document, picture, voice } from "../../fixture/files";
import { LONG, nothing, Specimen, Specimens } from "../Specimens";

export const parts = {
  attachments: () => (
    <Specimens>
      <Specimen name="a picture">
        <Attachments attachments={[picture("mango.jpg")]} show={nothing} cancel={undefined} />
      </Specimen>
      <Specimen name="many pictures">
        <Attachments
          attachments={["1", "2", "3", "4", "5"].map((name) => picture(name))}
          show={nothing}
          cancel={undefined}
        />
      </Specimen>
      <Specimen name="documents">
        <Attachments
          attachments={[document("menu.pdf"), document(`${LONG}.pdf`)]}
          show={nothing}
          cancel={undefined}
        />
      </Specimen>
      <Specimen name="a voice message">
        <Attachments attachments={[voice()]} show={nothing} cancel={undefined} />
      </Specimen>
      <Specimen name="on their way">
        <Attachments
          attachments={[
            picture("mango.jpg", { progress: 0.3 }),
            document("menu.pdf", { progress: 0.6 }),
          ]}
          show={nothing}
          cancel={nothing}
        />
      </Specimen>
    </Specimens>
  ),
};
